"""The pages in a real Chromium: what people see, hear and reach by keyboard."""
