"""Whether answers help: who came back afterwards, and what they said next."""
