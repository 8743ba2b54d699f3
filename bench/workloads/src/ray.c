/* A ray tracer in the small: spheres and a floor, shadows and one reflection,
 * in f64 with square roots and comparisons. run(side): side x side points. */
#include "base.h"

typedef struct vec { f64 x, y, z; } vec;
typedef struct sphere { vec at; f64 radius; f64 shine; i32 colour; } sphere;

static const sphere WORLD[5] = {
    {{0, 0, 6}, 1.5, 0.5, 200}, {{2, 0.6, 5}, 0.8, 0.3, 120}, {{-2, -0.4, 4.5}, 0.9, 0.2, 90},
    {{0.5, 1.4, 3.5}, 0.4, 0.0, 250}, {{-0.8, -1, 3}, 0.3, 0.6, 180},
};

static f64 dot(vec a, vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static vec along(vec a, vec d, f64 t) { return (vec){a.x + d.x * t, a.y + d.y * t, a.z + d.z * t}; }
static vec minus(vec a, vec b) { return (vec){a.x - b.x, a.y - b.y, a.z - b.z}; }
static vec unit(vec a) {
    f64 l = 1.0 / __builtin_sqrt(dot(a, a));
    return (vec){a.x * l, a.y * l, a.z * l};
}

static f64 hit(const sphere *s, vec from, vec way) {
    vec to = minus(s->at, from);
    f64 middle = dot(to, way), off = dot(to, to) - middle * middle, r = s->radius * s->radius;
    if (off > r) return 1e30;
    f64 half = __builtin_sqrt(r - off), near = middle - half, far = middle + half;
    return near > 1e-6 ? near : far > 1e-6 ? far : 1e30;
}

static NOINLINE f64 light(vec from, vec way, int depth) {
    f64 nearest = 1e30;
    const sphere *which = 0;
    for (int k = 0; k < 5; k++) {
        f64 t = hit(&WORLD[k], from, way);
        if (t < nearest) {
            nearest = t;
            which = &WORLD[k];
        }
    }
    vec sun = {0.48, 0.64, -0.6};
    if (!which) {
        if (way.y >= -1e-9) return 40 + 60 * way.y;
        vec p = along(from, way, (from.y + 1.6) / -way.y);
        i32 tile = (i32)__builtin_floor(p.x) + (i32)__builtin_floor(p.z);
        for (int k = 0; k < 5; k++)
            if (hit(&WORLD[k], p, sun) < 1e30) return 10;
        return tile & 1 ? 60 : 140;
    }
    vec p = along(from, way, nearest), n = unit(minus(p, which->at));
    f64 shade = dot(n, sun);
    for (int k = 0; k < 5 && shade > 0; k++)
        if (hit(&WORLD[k], p, sun) < 1e30) shade = 0;
    f64 own = which->colour * (0.1 + 0.9 * (shade > 0 ? shade : 0));
    if (depth == 0 || which->shine == 0) return own;
    vec back = along(way, n, -2 * dot(way, n));
    return own * (1 - which->shine) + which->shine * light(p, back, depth - 1);
}

EXPORT(run) i32 run(i32 side) {
    u32 digest = 0;
    for (i32 r = 0; r < side; r++)
        for (i32 c = 0; c < side; c++) {
            vec way = unit((vec){(2.0 * c - side) / side, (side - 2.0 * r) / side, 1.6});
            digest = rotl32(digest, 3) ^ (u32)(i32)light((vec){0, 0, -1}, way, 2);
        }
    return (i32)digest;
}
