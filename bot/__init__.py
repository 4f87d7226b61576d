"""The surface of chats. Only `bot.telegram`'s worker side imports aiogram, which is slow to load."""
