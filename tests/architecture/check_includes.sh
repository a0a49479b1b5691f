#!/usr/bin/env bash
# Keeps third-party libraries in the rooms that wrap them (docs/ARCHITECTURE.md), and the core headless.
# What CMake's PRIVATE links do not catch: system headers are on every target's path.
set -u
cd "$1" || exit 2
broken=0

# forbid <what> <extended regular expression> <paths…>
forbid() {
    local what=$1 pattern=$2
    shift 2
    local hits
    hits=$(grep -rnE --include='*.h' --include='*.cpp' "$pattern" "$@" 2>/dev/null)
    if [ -n "$hits" ]; then
        printf '%s:\n%s\n' "$what" "$hits"
        broken=1
    fi
}
rooms_but() { # every folder of core/ but those named, and the other source folders
    local folder
    for folder in core/*/; do
        case " $* " in *" $(basename "$folder") "*) ;; *) echo "$folder" ;; esac
    done
    echo ui app
}

forbid 'Widgets in the core' '#include <(QWidget|QApplication|QMessageBox|QDialog|QtWidgets)' core
forbid 'LibTorch outside core/nn' '#include <(torch|ATen|c10)/' $(rooms_but nn)
forbid 'LibTorch in a header that others include' '#include <(torch|ATen|c10)/' \
    $(find core/nn -name '*.h' ! -name '*_p.h' ! -name torchcompat.h)
forbid 'DCMTK outside core/dicom' '#include <dcmtk/' $(rooms_but dicom)
forbid 'libsodium outside core/review' '#include <sodium' $(rooms_but review)
forbid 'Qt SQL outside core/catalog' '#include <QSql(Query|Error|Record|Driver)|QSqlDatabase::addDatabase' \
    $(rooms_but catalog)
forbid 'Qt in core/base, core/image, core/nn, core/review' '#include <Q' core/base core/image core/nn core/review
forbid 'The core including the windows' '#include "(browser|style|settings)/' core
forbid 'Qt keywords that clash with LibTorch' '^ *(signals|public slots|private slots):|\bemit ' core ui app

[ "$broken" -eq 0 ] && echo "Every room includes only what it wraps."
exit "$broken"
