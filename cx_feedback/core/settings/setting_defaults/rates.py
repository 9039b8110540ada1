"""Default rates of writes."""

#: RATES: how often one address may write, by scope.
RATES = {
    "write": "30/m",
    "visit": "60/m",
    "fetch": "120/m",
    "decision": "240/m",
    "partial": "60/m",
    "mail": "10/h",
    "comment": "10/h",
    "burst": "30/m",
    "doubtful": "5/m",
    "proof": "60/h",
    "signup": "3/h",
    "letter": "3/h",
    "token": "600/m",
    "unauthorized": "30/m",
}
