import Evaluation
import Imaging
import Jobs

/// One case as in the paper's Figures 3 to 6: the image with the user's clicks, the ground truth and
/// the results of the methods, side by side; if wanted, with the fields of the energy.
public struct PanelFigure: Sendable {
  /// What a method made of the case.
  public struct Result: Hashable, Sendable {
    /// The method.
    public var method: Method
    /// Its segmentation on the image's grid; nil where there is none.
    public var mask: Mask?
    /// Its Dice score, where known.
    public var dice: Double?

    /// What a method made of the case.
    public init(method: Method, mask: Mask?, dice: Double?) {
      self.method = method
      self.mask = mask
      self.dice = dice
    }
  }

  /// What every tile but an empty one starts from.
  private let background: PanelTile
  private let markers: MarkerSet
  private let groundTruth: Mask
  private let fields: EnergyFields?
  private let results: [Result]
  private let region: RegionOfInterest

  /// A figure of one case.
  ///
  /// - Parameters:
  ///   - image: with the file's own values.
  ///   - window: how these become black to white.
  ///   - fields: two tiles after the ground truth.
  ///   - results: the tiles after these, in this order.
  /// - Throws: `EvaluationError` of code `mismatch` where a mask is not on the image's grid, `value`
  ///   where the window is empty; `ImagingError` of code `markers`.
  public init(
    image: Image, window: IntensityWindow, markers: MarkerSet, groundTruth: Mask,
    fields: EnergyFields? = nil, results: [Result]
  ) throws {
    try check(groundTruth, "the ground truth", on: image)
    for result in results {
      if let mask = result.mask {
        try check(mask, "the mask of \(result.method.rawValue)", on: image)
      }
    }
    try markers.validate(width: image.width, height: image.height, name: "the figure's markers")
    region = RegionOfInterest(showing: groundTruth, markers)
    background = PanelTile(try image.windowed(window), region: region)
    (self.markers, self.groundTruth) = (markers, groundTruth)
    (self.fields, self.results) = (fields, results)
  }

  /// Draws the figure: rows of three tiles, each with a caption beneath.
  ///
  /// The view is a square round the ground truth and the markers, or the whole image where they fill most
  /// of it. Yellow: the clicks. Blue: the ground truth, as a thin line beneath each result too. Orange: the
  /// result. The distance's square root is black at the clicks and white where it is 1; the data term
  /// is blue where it draws to the object and red where it pushes away, darkest at the ends of the
  /// range beneath. Equal cases give equal pixels.
  public func rendered() -> ColourImage {
    let tiles = [inputTile, truthTile] + fieldTiles + results.map(resultTile)
    var sheet = PanelSheet(count: tiles.count)
    for (index, tile) in tiles.enumerated() {
      sheet.place(tile.picture, name: tile.name, note: tile.note, at: index)
    }
    return sheet.picture
  }
}

/// A picture and what stands beneath it, on the left and on the right.
private typealias CaptionedTile = (picture: ColourImage, name: String, note: String)

extension PanelFigure {
  private var inputTile: CaptionedTile {
    var tile = background
    tile.outline(markers, .clicks)
    return (tile.picture, "Input", "")
  }

  private var truthTile: CaptionedTile {
    var tile = background
    tile.outline(groundTruth, width: 2, .groundTruth)
    return (tile.picture, "Ground truth", "")
  }

  private var fieldTiles: [CaptionedTile] {
    guard let fields else { return [] }
    var distance = PanelTile(fields.distance, over: fields.region, region: region) {
      // Far from the clicks it is small almost everywhere, next to what lies behind an edge.
      .grey(UInt8((255 * max(0, min(1, $0)).squareRoot()).rounded()))
    }
    distance.outline(markers, .clicks)
    let term = fields.dataTerm
    let (low, high) = (term.pixels.min() ?? 0, term.pixels.max() ?? 0)
    let dataTerm = PanelTile(term, over: fields.region, region: region) {
      $0 < 0 ? Colour.attraction.tinted($0 / low) : .repulsion.tinted($0 / max(high, .ulpOfOne))
    }
    let range = "\(fixed(Double(low), 1)) to \(fixed(Double(high), 1))"
    return [
      (distance.picture, "Geodesic distance", "sqrt"), (dataTerm.picture, "Data term", range),
    ]
  }

  private func resultTile(_ result: Result) -> CaptionedTile {
    let note = result.dice.map { "Dice \(fixed($0, 3))" } ?? ""
    guard let mask = result.mask else {
      return (PanelSheet.emptyTile(saying: "no result"), result.method.rawValue, note)
    }
    var tile = background
    tile.outline(groundTruth, width: 1, .groundTruth)
    tile.outline(mask, width: 2, .result)
    return (tile.picture, result.method.rawValue, note)
  }
}

/// Colours that the colour-blind tell apart on grey (Okabe and Ito 2008).
extension Colour {
  fileprivate static let clicks = Colour(red: 240, green: 228, blue: 66)
  fileprivate static let groundTruth = Colour(red: 86, green: 180, blue: 233)
  fileprivate static let result = Colour(red: 230, green: 159, blue: 0)
  fileprivate static let attraction = Colour(red: 0, green: 114, blue: 178)
  fileprivate static let repulsion = Colour(red: 213, green: 94, blue: 0)
}

private func check(_ mask: Mask, _ name: String, on image: Image) throws {
  guard mask.width == image.width && mask.height == image.height else {
    throw EvaluationError(
      .mismatch,
      "\(name) has \(mask.width) x \(mask.height) pixels, the image \(image.width) x "
        + "\(image.height); all must lie on the image's grid")
  }
}

extension Image {
  fileprivate func windowed(_ window: IntensityWindow) throws -> Image {
    switch window {
    case .minmax: return normalised()
    case .range(let low, let high):
      guard low < high else {
        throw EvaluationError(.value, "the intensity window from \(low) to \(high) is empty")
      }
      return windowed(low: low, high: high)
    }
  }
}
