"""The door for programs: platforms' calls (`/hooks`), programs of partners and owners (`/api`), machines (`/metrics`).

Owns API keys and the record that makes a repeated request harmless. Refuses the trade: it calls selectors, services
and workflows, and turns what they return or raise into JSON.
"""
