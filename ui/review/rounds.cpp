#include "review/rounds.h"

#include "review/project.h"

#include <QCoreApplication>

namespace ir::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Rounds", text); }

} // namespace

QString roundTitle(int round) { return round == repeatRound ? tr("Repeats") : tr("Round %1").arg(round); }

QString whatIsLeft(int round)
{
    if (round == repeatRound)
        return tr("What is left is not due yet, or another reader's.");
    return round == 2 ? tr("What is left waits for round 1, or is another reader's.")
                      : tr("What is left is in another reader's hands.");
}

} // namespace ir::ui
