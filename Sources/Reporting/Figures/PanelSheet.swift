import Imaging

/// White paper with tiles in rows of three and captions beneath them.
struct PanelSheet {
  private static let columns = 3
  private static let gap = 12
  /// Between a tile and its caption.
  private static let skip = 6
  private static let textScale = 2
  private static let textHeight = PixelFont.height * textScale
  private static let pitch = (
    x: PanelTile.side + gap, y: PanelTile.side + skip + textHeight + gap
  )

  private(set) var picture: ColourImage

  /// Paper for `count` tiles, > 0.
  init(count: Int) {
    let columns = min(count, PanelSheet.columns)
    let rows = (count + PanelSheet.columns - 1) / PanelSheet.columns
    picture = ColourImage(
      width: PanelSheet.gap + columns * PanelSheet.pitch.x,
      height: PanelSheet.gap + rows * PanelSheet.pitch.y, grey: 255)
  }

  /// Puts a tile in its place, row by row; `name` goes to the left below it, `note` to the right.
  mutating func place(_ tile: ColourImage, name: String, note: String, at index: Int) {
    let left = PanelSheet.gap + index % PanelSheet.columns * PanelSheet.pitch.x
    let top = PanelSheet.gap + index / PanelSheet.columns * PanelSheet.pitch.y
    let line = top + PanelTile.side + PanelSheet.skip
    let scale = PanelSheet.textScale
    picture.place(tile, x: left, y: top)
    picture.write(name, x: left, y: line, scale: scale, .grey(20))
    let start = left + PanelTile.side - PixelFont.width(of: note, scale: scale)
    picture.write(note, x: start, y: line, scale: scale, .grey(90))
  }

  /// A grey tile with words in its middle.
  static func emptyTile(saying words: String) -> ColourImage {
    var tile = ColourImage(width: PanelTile.side, height: PanelTile.side, grey: 216)
    tile.write(
      words, x: (PanelTile.side - PixelFont.width(of: words, scale: textScale)) / 2,
      y: (PanelTile.side - textHeight) / 2, scale: textScale, .grey(90))
    return tile
  }
}
