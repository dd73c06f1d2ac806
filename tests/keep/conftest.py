from tests.keep.scene import scene

__all__ = ["scene"]
