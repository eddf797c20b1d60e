"""What every room uses: errors, messages, frames, layouts, masking, labels, progress."""
