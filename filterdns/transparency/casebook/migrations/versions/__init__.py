"""The changes, by number. Each has `upgrade`; none has `downgrade`: a backup is the way back."""
