#pragma once

#include "base/result.h"

#include <QString>

namespace ir {

/// Makes the roles of a catalog on a server and says what each may do; again after an update of the program. To be run
/// by the database's owner, who may create roles. A person's login is then made a member of one of them:
///
/// - imaging_router_reader: reads all but others' PINs, labels and works in projects under the name of the login;
/// - imaging_router_adjudicator: the same, and decides conflicts;
/// - imaging_router_worker: registers files and stores what models say of them, no labels;
/// - imaging_router_admin: all of that under any name, makes projects, keeps files and readers in order.
///
/// No role can change or delete what is in a log, nor a plan. Errors: `place` is a file, which whoever may write it can
/// change; the login may not create roles.
[[nodiscard]] Result<void> makeCatalogRoles(const QString& place);

} // namespace ir
