"""Personal data leaves a text before anything is stored: masks and keyed pseudonyms."""
