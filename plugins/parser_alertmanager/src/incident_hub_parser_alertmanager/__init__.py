"""PLUGIN"""
