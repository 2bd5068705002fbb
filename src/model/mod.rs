//! Numbers become probabilities: heads, calibration, and the folder they are kept in.
