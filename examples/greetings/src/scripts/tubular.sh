#!/usr/bin/zsh
# Meant to be run, but its mode says otherwise.
