"""Calendar files as RFC 5545 and RFC 5546 want them. Plain values in, text out; no Django."""
