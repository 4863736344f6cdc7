#!/opt/acme/bin/lua
print("dong")
