"""Telling people what happened while nobody looked: notices, the outbox they wait in, the channels they take."""
