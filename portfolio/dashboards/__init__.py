"""Dashboards: programmes, sectors, prefectures, and what the data is."""
