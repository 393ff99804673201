"""The deletion and insertion test: do active connections show which pixels are important?"""
