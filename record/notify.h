/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells a service manager that the recording has begun (sd_notify(3), Type=notify). */
#pragma once

/* Nobody listens unless NOTIFY_SOCKET is set; whether it was heard is not our business.
 */
void notify_ready(void);
