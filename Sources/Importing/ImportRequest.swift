import Imaging
import Jobs

/// The options of an import, including the choices that the paper leaves open: which slices,
/// patients, objects and intensities make up the data set.
public struct ImportRequest: Hashable, Sendable, Codable {
  /// The rule that selects slices of a volume among those in which the object is large enough.
  public enum SliceRule: String, Hashable, Sendable, Codable, CaseIterable {
    /// Takes the slice with the largest object; if several are equal, the lowest one.
    case largest
    /// Takes the slice nearest to the middle between the lowest and the highest one.
    case middle
    /// Takes one slice at random.
    case random
    /// Takes every slice of a test volume, and the slice with the largest object of a training
    /// volume.
    case all
  }

  /// The order in which the volumes are imported.
  public enum Order: String, Hashable, Sendable, Codable, CaseIterable {
    /// The natural order of the names.
    case listed
    /// A random order that the seed determines.
    case random
  }

  /// The breathing phase of a scan, for data sets with two scans of each patient.
  public enum Phase: String, Hashable, Sendable, Codable, CaseIterable {
    /// The scan after breathing out, Learn2Reg's fixed image.
    case expiration
    /// The scan after breathing in.
    case inspiration
  }

  /// The lung that is the object; the patient's left is on the right of the image.
  public enum Side: String, Hashable, Sendable, Codable, CaseIterable {
    /// One lung of the patient.
    case left, right
    /// Both lungs as one object.
    case both
  }

  /// The part of a slice's marked pixels that is the object.
  public enum Target: String, Hashable, Sendable, Codable, CaseIterable {
    /// The largest connected component, which then holds the markers.
    case component
    /// All marked pixels of the slice.
    case all
  }

  /// A choice that only some layouts offer; its name is that on the command line.
  public enum Choice: String, Hashable, Sendable, CaseIterable {
    /// The breathing phase of the scan.
    case phase
    /// The lung that is the object.
    case side
    /// The value of the mask that marks the object.
    case label
    /// The rule for the names of images.
    case imageName = "image-name"
    /// The rule for the names of masks.
    case maskName = "mask-name"
  }

  /// The name of one of `ImportLayout.all`.
  public var layout: String
  /// The name of the data set.
  public var name: String
  /// The seed of random slices, of a random order, and of the simulated markers.
  public var seed: UInt64 = 1
  /// The rule that selects the slices of a volume.
  public var slice = SliceRule.largest
  /// The order in which the volumes are imported.
  public var order = Order.listed
  /// The number of patients for training; the first ones that give a slice are taken.
  public var train = 2
  /// The number of patients after which the import ends; nil imports all.
  public var patients: Int?
  /// The breathing phase of the scans.
  public var phase = Phase.expiration
  /// The lung that is the object.
  public var side = Side.left
  /// The part of a slice's marked pixels that is the object; nil stands for the layout's default.
  public var target: Target?
  /// The part of the mask that is the object; nil stands for the layout's default, or for every
  /// value other than 0.
  public var label: LabelChoice?
  /// The smallest object for which a slice is taken, in pixels; nil stands for the layout's
  /// default.
  public var minimumArea: Int?
  /// The intensity window that maps intensities to `[0, 1]`; nil stands for the layout's default.
  public var window: IntensityWindow?
  /// The pattern (`NamePattern`) that an image's name must have; nil stands for the layout's rule.
  public var imageName: String?
  /// The pattern (`NamePattern`) that a mask's name must have; nil stands for the layout's rule.
  public var maskName: String?
  /// The plane of the slices; nil stands for the one in which a volume was acquired.
  public var plane: PlaneChoice?
  /// Tells whether image and mask of one size are paired voxel by voxel, whatever their headers say;
  /// nil stands for no.
  public var pairsByOrder: Bool?
  /// A regular expression whose first group, matched in a volume's name, is the patient's name; nil
  /// makes every volume a patient of its own.
  public var patientPattern: String?

  /// Creates a request with default options.
  public init(layout: String, name: String) {
    self.layout = layout
    self.name = name
  }
}
