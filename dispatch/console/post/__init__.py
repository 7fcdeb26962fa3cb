"""Letters as the desk sees them: found again, read in their thread, tried once more, answered, and what they cost."""
