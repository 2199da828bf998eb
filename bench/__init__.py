"""Measurements that anybody can repeat; none of them runs in the tests."""
