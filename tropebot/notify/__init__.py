"""Telling outside the wiki: webhooks.

Must not decide what is told or when (`herald` does), and lets no failure out.
"""
