#pragma once

#include <cstdint>

// The transforms of Winograd's minimal filtering F(4 x 4, 3 x 3) and their adjoints. A tile of 4 x
// 4 results Y of a 3 x 3 kernel g over 6 x 6 pixels d is
//
//   Y = A^T [(G g G^T) * (B^T d B)] A,   * element by element
//
// (Lavin and Gray 2016, equation (8)). It takes 36 products where the plain sum takes 144. The
// points of interpolation are 0, +-1/sqrt(2), +-sqrt(2) and infinity; with them float32 loses half
// as many digits as with the customary 0, +-1, +-2 and infinity.
//
// The vector lanes are channels. `pixels` holds the addresses of a square's or a kernel's pixels,
// row by row, each with `channels` values. `plane` is the distance, in values, between two of the
// 36 elements of a transformed tile. The order of every sum is the same on all processors.
namespace ckernels::winograd {

// out = B^T d B for a tile d of 6 x 6 pixels.
void transform_input_tile(const float *const *pixels, float *out, int64_t plane, int64_t channels);
// pixels = A^T m A + bias, 4 x 4 pixels.
void transform_result_tile(const float *in, int64_t plane, const float *bias, float *const *pixels,
                           int64_t channels);
// out = A dY A^T for a tile dY of 4 x 4 pixels: the adjoint of transform_result_tile.
void transform_gradient_tile(const float *const *pixels, float *out, int64_t plane,
                             int64_t channels);
// out = G g G^T for a kernel g of 3 x 3 pixels.
void transform_kernel(const float *const *pixels, float *out, int64_t plane, int64_t channels);
// pixels = G^T u G, 3 x 3 pixels: the adjoint of transform_kernel.
void transform_kernel_gradient(const float *in, int64_t plane, float *const *pixels,
                               int64_t channels);

}  // namespace ckernels::winograd
