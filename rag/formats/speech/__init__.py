"""What people said: chats as text and as exports, subtitles."""
