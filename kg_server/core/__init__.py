"""What every floor stands on: errors, settings, prefixes and terms."""
