"""Exports of chats, one module for each program."""
