"""Published status lists: how their bytes are read and unpacked. What they mean for a credential is judged by
`api.verifier.credential.published_status`.
"""
