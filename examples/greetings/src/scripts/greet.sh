#!/bin/sh
# Read by login shells: `. /usr/lib/greet/greet.sh`, or run on its own.
greet
