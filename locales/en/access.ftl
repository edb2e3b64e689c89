# What is said at the door.

access-stranger = 👋 I follow trading channels for you. /start gives you a paper account: real prices, no real money.
access-closed = 🔒 This bot is private. Ask its owner to let you in. Your number is <code>{ $chat }</code>
access-blocked = ⛔ The admin has blocked you. What is open stays managed; new commands are not taken.
access-slow = 🐢 That was more than { $limit } messages in a minute; I do nothing about the last one. Give me a moment, then send it again.
