"""The reviewer's queue: what waits for the province, and what stands out in it."""
