"""Programs that compute the logits of a network, each from another form of its weights."""
