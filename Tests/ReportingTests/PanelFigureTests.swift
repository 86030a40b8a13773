import Errors
import Evaluation
import Expectations
import Foundation
import Imaging
import Jobs
import Methods
import Reporting
import RunFixtures
import TestSupport
import Testing
import TestSupport

struct PanelFigureTests {
  private let truth = disc(100, x: 50, y: 50, radius: 20.5)
  private let markers = MarkerSet(points: [
    Point(x: 45, y: 45), Point(x: 55, y: 45), Point(x: 50, y: 56),
  ])

  private func figure(
    _ results: [PanelFigure.Result], window: IntensityWindow = .range(low: 0, high: 1)
  ) throws -> ColourImage {
    try PanelFigure(
      image: Image(width: 100, height: 100, value: 0.25), window: window, markers: markers,
      groundTruth: truth, results: results
    ).rendered()
  }

  @Test("nine tiles fill three rows")
  func fillsRows() throws {
    let results = MethodCatalogue.defaults.map {
      PanelFigure.Result(method: $0, mask: truth, dice: 1)
    }
    let picture = try figure(results)
    #expect(picture.width == 12 + 3 * (256 + 12))
    #expect(picture.height == 12 + 3 * (256 + 6 + 14 + 12))
    let two = try figure([])
    #expect(two.width == 12 + 2 * (256 + 12) && two.height == 12 + (256 + 6 + 14 + 12))
  }

  @Test("equal cases give equal pixels")
  func isDeterministic() throws {
    let results = [PanelFigure.Result(method: .m3, mask: truth, dice: 0.5)]
    let one = try figure(results)
    let other = try figure(results)
    #expect(one == other)
    #expect(try one.encodedPNG() == other.encodedPNG())
  }

  @Test("each tile has its colours")
  func hasColours() throws {
    let smaller = disc(100, x: 50, y: 50, radius: 12)
    let picture = try figure([PanelFigure.Result(method: .m3, mask: smaller, dice: 0.5)])
    let tiles = [picture.count(in: 0), picture.count(in: 1), picture.count(in: 2)]
    #expect(tiles.map { $0[yellow, default: 0] > 50 } == [true, false, false])
    #expect(tiles.map { $0[blue, default: 0] > 50 } == [false, true, false])
    // The truth beneath a result is a thin line: hardly a pixel is all its own.
    #expect(tiles.map { bluish(in: $0) > 50 } == [false, true, true])
    #expect(tiles.map { $0[orange, default: 0] > 50 } == [false, false, true])
    // A quarter of white, rounded.
    for tile in tiles { #expect(tile[[64, 64, 64], default: 0] > 50_000) }
  }

  @Test("the contour lies on the edge of the mask")
  func drawsContour() throws {
    // Truth and markers span 41 pixels, so the view is 1.8 times as wide, centred on pixel 50.
    let picture = try figure([])
    let scale = 256 / (1.8 * 41)
    let edge = 12 + 268 + Int((128 + 20.5 * scale - 0.5).rounded())
    let row = 12 + 128
    #expect(picture.colour(x: edge, y: row) == blue)
    #expect(picture.colour(x: edge - 5, y: row) == [64, 64, 64])
    #expect(picture.colour(x: edge + 5, y: row) == [64, 64, 64])
  }

  @Test("a result equal to the ground truth covers it")
  func coversGroundTruth() throws {
    let picture = try figure([PanelFigure.Result(method: .m3, mask: truth, dice: 1)])
    #expect(picture.count(in: 2)[orange, default: 0] > 50)
    #expect(picture.count(in: 2)[blue] == nil)
  }

  @Test("a missing result is a grey tile with a text")
  func drawsMissingResult() throws {
    let picture = try figure([PanelFigure.Result(method: .m3, mask: nil, dice: nil)])
    let colours = picture.count(in: 2)
    #expect(Set(colours.keys) == [[216, 216, 216], [90, 90, 90]])
    #expect(colours[[90, 90, 90], default: 0] > 300)
  }

  @Test("captions stand below their tiles")
  func drawsCaptions() throws {
    let with = try figure([PanelFigure.Result(method: .elastica, mask: truth, dice: 0.929)])
    let without = try figure([PanelFigure.Result(method: .elastica, mask: truth, dice: nil)])
    let top = 12 + 256 + 6
    let differs = (0..<with.width * with.height).filter {
      with.colour(x: $0 % with.width, y: $0 / with.width)
        != without.colour(x: $0 % with.width, y: $0 / with.width)
    }
    #expect(!differs.isEmpty)
    // `Dice 0.929`: ten glyphs, the last one ends with the tile.
    #expect(differs.allSatisfy { (top..<top + 14).contains($0 / with.width) })
    #expect(
      differs.allSatisfy { (12 + 2 * 268 + 256 - 118..<12 + 2 * 268 + 256) ~= $0 % with.width })
  }

  @Test("a large object is shown with the whole image")
  func showsWholeImage() throws {
    let large = disc(100, x: 50, y: 50, radius: 45)
    let picture = try PanelFigure(
      image: Image(width: 100, height: 50, value: 1), window: .range(low: 0, high: 2),
      markers: MarkerSet(points: markers.points.map { Point(x: $0.x, y: $0.y / 2) }),
      groundTruth: Mask(width: 100, height: 50, pixels: Array(large.pixels[2500..<7500])),
      results: []
    ).rendered()
    // 256 columns of the image, 128 rows; white above and below.
    #expect(picture.colour(x: 12, y: 12 + 32) == [255, 255, 255])
    #expect(picture.colour(x: 12, y: 12 + 66) == [128, 128, 128])
    #expect(picture.colour(x: 12, y: 12 + 189) == [128, 128, 128])
    #expect(picture.colour(x: 12, y: 12 + 193) == [255, 255, 255])
  }

  @Test("the view of an object at the border stays inside the image")
  func staysInside() throws {
    let corner = MarkerSet(points: [Point(x: 0, y: 0), Point(x: 6, y: 0), Point(x: 0, y: 6)])
    let picture = try PanelFigure(
      image: Image(width: 100, height: 100, value: 0.25), window: .range(low: 0, high: 1),
      markers: corner, groundTruth: disc(100, x: 3, y: 3, radius: 3), results: []
    ).rendered()
    #expect(picture.count(in: 0)[[255, 255, 255]] == nil)
  }

  @Test("an empty ground truth still gives a figure")
  func acceptsEmptyGroundTruth() throws {
    let picture = try PanelFigure(
      image: Image(width: 40, height: 40, value: 7), window: .minmax,
      markers: MarkerSet(points: [Point(x: 1, y: 1), Point(x: 5, y: 1), Point(x: 1, y: 5)]),
      groundTruth: Mask(width: 40, height: 40, pixels: [Bool](repeating: false, count: 1600)),
      results: []
    ).rendered()
    #expect(picture.count(in: 0)[yellow, default: 0] > 50)
    #expect(picture.count(in: 1)[blue] == nil)
  }

  @Test("the fields fill two tiles in their colours")
  func drawsFields() throws {
    // A grid of 10 x 10 over the left upper quarter of the image; the view is 73.8 pixels wide.
    let region = RegionOfInterest(left: -0.5, top: -0.5, side: 50)
    let fields = EnergyFields(
      region: region, distance: Image(width: 10, height: 10, value: 0.5),
      dataTerm: Image(
        width: 10, height: 10,
        pixels: (0..<100).map { [-1, -1, -1, -1, -1, -0.5, -0.5, 3, 3, 3][$0 % 10] }))
    let picture = try PanelFigure(
      image: Image(width: 100, height: 100, value: 0.25), window: .range(low: 0, high: 1),
      markers: markers, groundTruth: truth, fields: fields, results: []
    ).rendered()
    #expect(picture.width == 12 + 3 * 268)
    let distance = picture.count(in: 2)
    #expect(distance[[180, 180, 180], default: 0] > 10_000)
    #expect(distance[yellow, default: 0] > 50)
    #expect(distance[[64, 64, 64]] == nil)
    let second = picture.count(in: 3)
    // All of the blue at -1, half of it at -0.5, all of the red at 3; white where no field is.
    #expect(second[[0, 114, 178], default: 0] > 1_000)
    #expect(second[[128, 185, 217], default: 0] > 1_000)
    #expect(second[[213, 94, 0], default: 0] > 1_000)
    #expect(second[[255, 255, 255], default: 0] > 10_000)
  }

  @Test("masks and windows that do not fit are refused")
  func refusesMismatch() throws {
    let other = disc(90, x: 50, y: 50, radius: 20)
    let error = expectError(in: .evaluation) {
      try figure([PanelFigure.Result(method: .elastica, mask: other, dice: nil)])
    }
    #expect(error?.code == .masksMismatched)
    #expect(error?.message.contains("Elastica") == true)
    #expect(error?.message.contains("90 x 90") == true)
    expectError(in: .evaluation) { try figure([], window: .range(low: 1, high: 1)) }
    expectError(in: .imaging) {
      try PanelFigure(
        image: Image(width: 100, height: 100, value: 0), window: .minmax,
        markers: MarkerSet(points: [Point(x: 1e300, y: 0)]), groundTruth: truth, results: [])
    }
  }

  @Test("every glyph is distinct and not empty")
  func hasDistinctGlyphs() {
    let needed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,-+%() "
    #expect(PixelFont.characters == needed.sorted())
    let shapes = PixelFont.characters.map(shape)
    #expect(Set(shapes).count == shapes.count)
    #expect(shapes.filter { !$0.contains(true) }.count == 1)
    #expect(shape("\u{4e2d}").filter { $0 }.count == 20)
  }

  private func shape(_ character: Character) -> [Bool] {
    (0..<35).map { PixelFont.isInked(character, x: $0 % 5, y: $0 / 5) }
  }
}

private let yellow: [UInt8] = [240, 228, 66]
private let blue: [UInt8] = [86, 180, 233]
private let orange: [UInt8] = [230, 159, 0]

/// The pixels that are blue or a mixture of blue and grey.
private func bluish(in counts: [[UInt8]: Int]) -> Int {
  counts.reduce(0) { $0 + (Int($1.key[2]) > Int($1.key[0]) + 40 ? $1.value : 0) }
}

extension ColourImage {
  fileprivate func colour(x: Int, y: Int) -> [UInt8] {
    [self[x, y].red, self[x, y].green, self[x, y].blue]
  }

  /// Counts the pixels of each colour in a tile.
  fileprivate func count(in tile: Int) -> [[UInt8]: Int] {
    var counts: [[UInt8]: Int] = [:]
    let left = 12 + 268 * (tile % 3)
    let top = 12 + 288 * (tile / 3)
    for y in top..<top + 256 {
      for x in left..<left + 256 { counts[colour(x: x, y: y), default: 0] += 1 }
    }
    return counts
  }
}
