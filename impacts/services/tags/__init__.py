"""What a request touches: tags, bets, suggestions and terms that a register lacks."""
