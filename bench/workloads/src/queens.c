/* Search: all ways to put queens on a board, row by row with backtracking, and
 * a knight that looks for open tours with the rule of the fewest exits.
 * run(n): solutions on n x n (at most 12), folded with the tours' digests. */
#include "base.h"

static u32 solutions;
static u8 column[16], rising[32], falling[32], placed[16];

static void place(int row, int side) {
    if (row == side) {
        solutions++;
        return;
    }
    for (int c = 0; c < side; c++) {
        if (column[c] | rising[row + c] | falling[row - c + 15]) continue;
        column[c] = rising[row + c] = falling[row - c + 15] = 1;
        placed[row] = (u8)c;
        place(row + 1, side);
        column[c] = rising[row + c] = falling[row - c + 15] = 0;
    }
}

static u8 board[12 * 12];
static const i8 JUMP[8][2] = {{1, 2}, {2, 1}, {2, -1}, {1, -2}, {-1, -2}, {-2, -1}, {-2, 1}, {-1, 2}};

static int exits(int side, int r, int c) {
    int count = 0;
    for (int k = 0; k < 8; k++) {
        int y = r + JUMP[k][0], x = c + JUMP[k][1];
        if (y >= 0 && y < side && x >= 0 && x < side && !board[y * 12 + x]) count++;
    }
    return count;
}

static u32 tour(int side, int r, int c) {
    u32 digest = 0;
    for (int k = 0; k < 12 * 12; k++) board[k] = 0;
    for (u32 step = 1;; step++) {
        board[r * 12 + c] = 1;
        digest = rotl32(digest, 5) ^ (u32)(r * 12 + c + 1);
        int best = 9, to = -1;
        for (int k = 0; k < 8; k++) {
            int y = r + JUMP[k][0], x = c + JUMP[k][1];
            if (y < 0 || y >= side || x < 0 || x >= side || board[y * 12 + x]) continue;
            int e = exits(side, y, x);
            if (e < best) {
                best = e;
                to = k;
            }
        }
        if (to < 0) return digest + step;
        r += JUMP[to][0];
        c += JUMP[to][1];
    }
}

EXPORT(run) i32 run(i32 n) {
    int side = n < 4 ? 4 : n > 12 ? 12 : n;
    solutions = 0;
    for (int k = 0; k < 16; k++) column[k] = 0;
    for (int k = 0; k < 32; k++) rising[k] = falling[k] = 0;
    place(0, side);
    u32 digest = solutions;
    for (int r = 0; r < side; r++)
        for (int c = 0; c < side; c++) digest = rotl32(digest, 3) + tour(side, r, c);
    return (i32)digest;
}
