"""The audit of a vendor: its export, a blind sample of it judged by people, and what that shows."""
