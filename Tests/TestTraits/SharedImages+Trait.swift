import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
  /// Skips a test, and prints the reason, if the real images beside the checkout are absent.
  public static var requiresSharedImages: Self {
    .enabled(
      if: SharedImages.folder != nil, "the real images, ../shared/data, are not beside the checkout"
    )
  }
}
