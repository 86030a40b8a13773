/// A fixed-width bitmap font of 5 x 7 pixels, because the coordinator's machine may have no font
/// library.
///
/// It has letters, digits, `.,-+%()` and the space; any other character is drawn as an empty box.
package enum PixelFont {
  /// The width of a glyph, in pixels.
  package static let width = 5
  /// The height of a glyph, in pixels.
  package static let height = 7
  /// The distance from the left edge of a glyph to that of the next, in pixels.
  static let advance = 6

  /// Returns true if the glyph of `character` is inked at column `x`, row `y`, both within the
  /// glyph.
  package static func isInked(_ character: Character, x: Int, y: Int) -> Bool {
    guard let glyph = glyphs[character] else {
      return x == 0 || x == width - 1 || y == 0 || y == height - 1
    }
    return glyph[y * width + x]
  }

  /// The characters that have a glyph.
  package static var characters: [Character] { glyphs.keys.sorted() }

  /// Returns the width of a text in pixels, if each pixel of the font is `scale` pixels wide.
  static func width(of text: String, scale: Int) -> Int {
    max(0, text.count * advance - (advance - width)) * scale
  }

  private static let glyphs = parse(sheet)

  /// Parses a sheet. In a line of characters each one stands above the left column of its glyph.
  /// Such a line is followed by the seven rows of the glyphs, with `#` for an inked pixel.
  private static func parse(_ sheet: String) -> [Character: [Bool]] {
    let lines = sheet.split(separator: "\n").map(Array.init)
    var glyphs: [Character: [Bool]] = [:]
    for start in stride(from: 0, to: lines.count, by: height + 1) {
      let rows = lines[(start + 1)...(start + height)]
      for left in stride(from: 0, to: lines[start + 1].count, by: advance) {
        let character = left < lines[start].count ? lines[start][left] : " "
        glyphs[character] = rows.flatMap { $0[left..<left + width].map { $0 == "#" } }
      }
    }
    return glyphs
  }

  private static let sheet = """
    A     B     C     D     E     F     G     H     I     J     K     L     M
    .###. ####. .###. ####. ##### ##### .###. #...# .###. ..### #...# #.... #...#
    #...# #...# #...# #...# #.... #.... #...# #...# ..#.. ...#. #..#. #.... ##.##
    #...# #...# #.... #...# #.... #.... #.... #...# ..#.. ...#. #.#.. #.... #.#.#
    ##### ####. #.... #...# ####. ####. #.### ##### ..#.. ...#. ##... #.... #.#.#
    #...# #...# #.... #...# #.... #.... #...# #...# ..#.. ...#. #.#.. #.... #...#
    #...# #...# #...# #...# #.... #.... #...# #...# ..#.. #..#. #..#. #.... #...#
    #...# ####. .###. ####. ##### #.... .#### #...# .###. .##.. #...# ##### #...#
    N     O     P     Q     R     S     T     U     V     W     X     Y     Z
    #...# .###. ####. .###. ####. .#### ##### #...# #...# #...# #...# #...# #####
    ##..# #...# #...# #...# #...# #.... ..#.. #...# #...# #...# #...# #...# ....#
    ##..# #...# #...# #...# #...# #.... ..#.. #...# #...# #...# .#.#. .#.#. ...#.
    #.#.# #...# ####. #...# ####. .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#..
    #..## #...# #.... #.#.# #.#.. ....# ..#.. #...# #...# #.#.# .#.#. ..#.. .#...
    #..## #...# #.... #..#. #..#. ....# ..#.. #...# .#.#. ##.## #...# ..#.. #....
    #...# .###. #.... .##.# #...# ####. ..#.. .###. ..#.. #...# #...# ..#.. #####
    a     b     c     d     e     f     g     h     i     j     k     l     m
    ..... #.... ..... ....# ..... ..##. ..... #.... ..#.. ...#. #.... .##.. .....
    ..... #.... ..... ....# ..... .#..# ..... #.... ..... ..... #.... ..#.. .....
    .###. #.##. .###. .##.# .###. .#... .#### #.##. .##.. ..##. #..#. ..#.. ##.#.
    ....# ##..# #...# #..## #...# ###.. #...# ##..# ..#.. ...#. #.#.. ..#.. #.#.#
    .#### #...# #.... #...# ##### .#... .#### #...# ..#.. ...#. ##... ..#.. #.#.#
    #...# #...# #...# #...# #.... .#... ....# #...# ..#.. #..#. #.#.. ..#.. #.#.#
    .#### ####. .###. .#### .###. .#... .###. #...# .###. .##.. #..#. .###. #.#.#
    n     o     p     q     r     s     t     u     v     w     x     y     z
    ..... ..... ..... ..... ..... ..... .#... ..... ..... ..... ..... ..... .....
    ..... ..... ..... ..... ..... ..... .#... ..... ..... ..... ..... ..... .....
    #.##. .###. ####. .#### #.##. .#### ####. #...# #...# #...# #...# #...# #####
    ##..# #...# #...# #...# ##..# #.... .#... #...# #...# #...# .#.#. #...# ...#.
    #...# #...# ####. .#### #.... .###. .#... #...# #...# #.#.# ..#.. .#### ..#..
    #...# #...# #.... ....# #.... ....# .#..# #..## .#.#. #.#.# .#.#. ....# .#...
    #...# .###. #.... ....# #.... ####. ..##. .##.# ..#.. .#.#. #...# .###. #####
    0     1     2     3     4     5     6     7     8     9
    .###. ..#.. .###. .###. ...#. ##### ..##. ##### .###. .###.
    #...# .##.. #...# #...# ..##. #.... .#... ....# #...# #...#
    #..## ..#.. ....# ....# .#.#. ####. #.... ...#. #...# #...#
    #.#.# ..#.. ...#. ..##. #..#. ....# ####. ..#.. .###. .####
    ##..# ..#.. ..#.. ....# ##### ....# #...# .#... #...# ....#
    #...# ..#.. .#... #...# ...#. #...# #...# .#... #...# ...#.
    .###. .###. ##### .###. ...#. .###. .###. .#... .###. .##..
    .     ,     -     +     %     (     )
    ..... ..... ..... ..... ##..# ...#. .#... .....
    ..... ..... ..... ..#.. ##..# ..#.. ..#.. .....
    ..... ..... ..... ..#.. ...#. .#... ...#. .....
    ..... ..... ##### ##### ..#.. .#... ...#. .....
    ..... ..... ..... ..#.. .#... .#... ...#. .....
    .##.. .##.. ..... ..#.. #..## ..#.. ..#.. .....
    .##.. .#... ..... ..... #..## ...#. .#... .....
    """
}
