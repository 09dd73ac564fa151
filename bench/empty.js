// An empty program, which shows what Node itself costs.
