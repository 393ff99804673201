"""The deletion and insertion test: do active connections show which pixels matter?"""
