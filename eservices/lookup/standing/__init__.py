"""What stands after a look-up: subscriptions, reminders, deadlines and dispositions."""
