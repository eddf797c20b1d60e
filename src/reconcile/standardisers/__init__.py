"""standardisers"""
