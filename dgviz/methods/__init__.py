"""The methods that can be trained, one file each, behind the protocol in `method.py`.

The server, which must not load torch, imports `catalogue`, `spec` and `event`.
"""
