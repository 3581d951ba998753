"""Exports of chats, a file a program."""
