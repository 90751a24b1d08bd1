"""Pure calculation: plain values in, frozen results out. No Flask, no database, no clock."""
