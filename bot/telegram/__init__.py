"""Telegram: `webhook` takes updates in without aiogram, `worker` answers them with it."""
