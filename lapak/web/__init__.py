"""The pages for people: owners on a cheap phone, officers at a desk. Server-rendered, whole without JavaScript.

Owns addresses, templates, forms and the words around them. Refuses tables and rules: it asks the modules'
selectors, services and the workflows, and shows what they say. A fault becomes a page in `faults`, never a trace.
"""
