/* Five bodies under gravity, f64. run(steps): the bits of the total energy,
 * folded with those of the first body's place. */
#include "base.h"

typedef struct body {
    f64 x, y, z, vx, vy, vz, mass;
} body;

static body bodies[5];

static void begin(void) {
    static const body start[5] = {
        {0, 0, 0, 0, 0, 0, 39.5},
        {4.84, -1.16, -0.103, 0.606, 2.81, -0.0252, 0.0377},
        {8.34, 4.12, -0.403, -1.01, 1.82, 0.00841, 0.0113},
        {12.9, -15.1, -0.223, 1.08, 0.868, -0.0108, 0.00172},
        {15.4, -25.9, 0.179, 0.979, 0.594, -0.0347, 0.00203},
    };
    f64 px = 0, py = 0, pz = 0;
    for (int k = 0; k < 5; k++) {
        bodies[k] = start[k];
        px += start[k].vx * start[k].mass;
        py += start[k].vy * start[k].mass;
        pz += start[k].vz * start[k].mass;
    }
    bodies[0].vx = -px / bodies[0].mass;
    bodies[0].vy = -py / bodies[0].mass;
    bodies[0].vz = -pz / bodies[0].mass;
}

static NOINLINE void advance(f64 dt) {
    for (int i = 0; i < 5; i++) {
        body *a = &bodies[i];
        for (int j = i + 1; j < 5; j++) {
            body *b = &bodies[j];
            f64 dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            f64 square = dx * dx + dy * dy + dz * dz;
            f64 pull = dt / (square * __builtin_sqrt(square));
            a->vx -= dx * b->mass * pull;
            a->vy -= dy * b->mass * pull;
            a->vz -= dz * b->mass * pull;
            b->vx += dx * a->mass * pull;
            b->vy += dy * a->mass * pull;
            b->vz += dz * a->mass * pull;
        }
    }
    for (int i = 0; i < 5; i++) {
        body *a = &bodies[i];
        a->x += dt * a->vx;
        a->y += dt * a->vy;
        a->z += dt * a->vz;
    }
}

static f64 energy(void) {
    f64 e = 0;
    for (int i = 0; i < 5; i++) {
        body *a = &bodies[i];
        e += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
        for (int j = i + 1; j < 5; j++) {
            body *b = &bodies[j];
            f64 dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            e -= a->mass * b->mass / __builtin_sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return e;
}

EXPORT(run) i64 run(i32 steps) {
    begin();
    for (i32 k = 0; k < steps; k++) advance(0.01);
    u64 digest = bits_of_f64(energy());
    digest = fold(digest, bits_of_f64(bodies[0].x));
    digest = fold(digest, bits_of_f64(bodies[0].y));
    return (i64)digest;
}
