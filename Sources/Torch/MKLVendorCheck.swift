import CKernels

/// Dipper's replacement for MKL's vendor check (Sources/CKernels/README.md).
package enum MKLVendorCheck {
  /// Returns true if MKL may use its fastest code for matrix products.
  ///
  /// - Parameters:
  ///   - isIntel: Intel made the processor.
  ///   - hasAVX512: The processor has AVX-512 (F, BW, DQ and VL).
  ///   - switchValue: The value of the environment variable DIPPER_MKL_VENDOR_CHECK, if it is set.
  ///   - compatibleMode: The value of the environment variable MKL_CBWR, if it is set.
  package static func passes(
    isIntel: Bool, hasAVX512: Bool, switchValue: String?, compatibleMode: String?
  ) -> Bool {
    ckernels_passes_vendor_check(isIntel, hasAVX512, switchValue, compatibleMode)
  }
}
