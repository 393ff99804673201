"""The training loop and the pictures it gives off."""
