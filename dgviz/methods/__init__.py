"""The methods that can be trained, one file each, behind the protocol in `method.py`.

`catalogue` is read by the server too, which must not load torch.
"""
