"""The site: settings, addresses, accounts, dashboards, health."""
